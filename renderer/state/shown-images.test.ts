/** @file What of an answer's images could be read: the others are not shown as black ones. */

import { expect, test, vi } from 'vitest';
import type { DatasetImages } from '../../preload/contract/dataset-images';

vi.mock('../link/lab', () => ({ lab: {} }));
const { readable } = await import('./shown-images');

const gone = (at: number): DatasetImages['failed'][number] => ({ at, reason: { code: 'image-unreadable', params: { path: `${at}.png`, detail: 'gone' } } });
const answer = (failed: DatasetImages['failed']) => ({ view: { height: 1, width: 2, channels: 1, fit: 'crop' } as DatasetImages['view'], images: Uint8Array.of(1, 2, 0, 0, 5, 6), count: 3, failed });

test('an image that could not be read is left out, the others keep their order', () => {
  expect(readable(answer([gone(1)]))).toMatchObject({ count: 2, pixels: { bytes: Uint8Array.of(1, 2, 5, 6) } });
  expect(readable(answer([]))?.count).toBe(3);
});

test('with none left there is nothing to show', () => {
  expect(readable(answer([gone(0), gone(1), gone(2)]))).toBeUndefined();
});
