/** @file The block of convolutions that is found for this processor. */

import { expect, test } from 'vitest';
import { computesRightly, targetOf } from './targets';

test('the block of convolutions is one that this processor computes rightly, and no other is', async () => {
  const { convBlock } = await targetOf('cpu');
  for (const block of [8, 16]) expect(await computesRightly(block)).toBe(block === convBlock);
});

test('other devices have no blocks', async () => {
  expect((await targetOf('webgpu')).convBlock).toBe(0);
});
