/** @file What a sheet's axes may be, and what its cells are drawn with. */

import { expect, it } from 'vitest';
import { cellOf, exportAxis, valuesOf } from './sheet';

const bounds = { total: 1000, snapshots: [10, 100, 1000] };

it('reads values as people type them', () => {
  expect(valuesOf('steps', '5, 10;20  50', bounds)).toEqual([5, 10, 20, 50]);
  expect(valuesOf('sampler', 'DDPM,ddim', bounds)).toEqual(['ddpm', 'ddim']);
  expect(valuesOf('eta', '0, 0.25, 1', bounds)).toEqual([0, 0.25, 1]);
  expect(valuesOf('at', '100 1000', bounds)).toEqual([100, 1000]);
});

it('refuses what the setting can not be', () => {
  const refused: [Parameters<typeof valuesOf>[0], string][] = [
    ['steps', ''],
    ['steps', '0'],
    ['steps', '1001'],
    ['steps', '2.5'],
    ['steps', 'five'],
    ['eta', '1.1'],
    ['eta', '-0.1'],
    ['seed', '-1'],
    ['start', '0'],
    ['at', '11'],
    ['sampler', 'euler'],
    ['seed', Array.from({ length: 13 }, (_, i) => i).join()],
  ];
  for (const [setting, text] of refused) expect(valuesOf(setting, text, bounds), `${setting} ${text}`).toBeUndefined();
});

it('changes two settings of a cell and leaves all else, the seed above all', () => {
  const base = { sampler: 'ddim' as const, steps: 50, eta: 0.3, seed: 7, at: 10 };
  expect(cellOf(base, 1000, { setting: 'steps', value: 20 }, { setting: 'eta', value: 0.5 })).toEqual({ sampler: 'ddim', steps: 20, eta: 0.5, seed: 7, at: 10, start: undefined });
  // DDPM knows no eta: the same cell is drawn once.
  expect(cellOf(base, 1000, { setting: 'sampler', value: 'ddpm' }, { setting: 'eta', value: 0.5 })).toMatchObject({ sampler: 'ddpm', eta: 0 });
  expect(cellOf(base, 1000, { setting: 'seed', value: 3 }, { setting: 'at', value: 100 })).toMatchObject({ seed: 3, at: 100 });
  // Times are counted from 1 on the page and from 0 by the graph.
  expect(cellOf(base, 1000, { setting: 'start', value: 400 }, { setting: 'seed', value: 3 }).start).toBe(399);
  expect(cellOf({ sampler: 'ddpm', eta: 0, seed: 1 }, 1000, { setting: 'seed', value: 1 }, { setting: 'sampler', value: 'ddim' }).steps).toBe(50);
});

it('exports the axes that exports know', () => {
  expect(exportAxis('steps', [5, 10])).toEqual({ setting: 'steps', values: [5, 10] });
  expect(exportAxis('sampler', ['ddim', 'ddim'])).toEqual({ setting: 'sampler', values: ['ddim'] });
  expect(exportAxis('start', [5, 1])).toEqual({ setting: 'start', values: [4, 0] });
});
