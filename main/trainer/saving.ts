/** @file Saves a run's state: checkpoints to resume from, snapshots to scrub through, the graphs of the trained model, previews. */

import { errorToJson, LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { RunWriter } from '../runs/writer';
import { firstNonFinite } from './finite';
import { weightNames, type PreparedTraining, type State } from './prepared';

export type TrainingWriter = Pick<
  RunWriter,
  'setStatus' | 'metrics' | 'event' | 'flush' | 'saveCheckpoint' | 'saveSnapshot' | 'saveSample' | 'saveGraph'
>;

export interface Saving {
  /** A checkpoint, then the graphs of it. Throws LabError 'loss-not-finite' and saves nothing if the state holds NaN or infinity; and as RunWriter. */
  checkpoint(step: number, seconds: number): Promise<void>;
  /** The weights alone; none are kept if they are not finite (the next checkpoint says so). */
  snapshot(step: number): Promise<void>;
  /** Aborted: by `work`. Why one failed stands in the journal. */
  preview(step: number, work: Work): Promise<'saved' | 'aborted' | 'failed'>;
}

export function savingOf(prepared: PreparedTraining, writer: TrainingWriter): Saving {
  const { runner, compiled } = prepared;
  const shapes = new Map(compiled.state.map(({ name, shape }) => [name, shape]));
  const weights = weightNames(compiled);
  const shaped = (state: State) => new Map([...state].map(([name, data]) => [name, { shape: shapes.get(name) as number[], data }]));
  const readWeights = () => runner.read((name) => weights.has(name));

  return {
    async checkpoint(step, seconds) {
      const state = await runner.read();
      const broken = firstNonFinite(state);
      if (broken !== undefined) throw new LabError('loss-not-finite', { step, name: broken });
      await writer.saveCheckpoint(step, shaped(state), { seconds: String(seconds) });
      for (const [name, onnx] of await prepared.exportGraphs(state)) await writer.saveGraph(name, onnx);
    },
    async snapshot(step) {
      const state = await readWeights();
      if (firstNonFinite(state) === undefined) await writer.saveSnapshot(step, shaped(state));
    },
    async preview(step, work) {
      if (!prepared.preview) return 'failed';
      let png: Uint8Array;
      try {
        png = await prepared.preview(await readWeights(), step, work);
      } catch (caught) {
        if (caught instanceof LabError && caught.code === 'cancelled') return 'aborted';
        // A picture that failed is no reason to lose a training; the journal keeps why.
        writer.event('preview-failed', { step, error: { ...errorToJson(caught) } });
        return 'failed';
      }
      await writer.saveSample(step, png);
      return 'saved';
    },
  };
}
