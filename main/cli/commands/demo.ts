/** @file genoise demo. */

import { runDemo } from '../../lab/demo';
import type { Program } from '../command';

export function addDemoCommand({ command, run, t }: Program): void {
  command('demo')
    .option('--out <dir>', t('option.outDemo'), 'demo')
    .action(({ out }: { out: string }) =>
      run(async (context) => {
        const { lab, language, device, work } = context;
        const result = await runDemo(lab, { out, language, device, onStage: (stage) => context.message(context.t(`demo.stage.${stage}`)) }, work);
        return { json: result, text: [context.t('demo.done', { path: result.index }), ...result.files.map((path) => `  ${path}`)].join('\n') };
      }),
    );
}
