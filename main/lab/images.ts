/** @file Arrays of pixels as exports take them. */

import type { Images } from '../exports/picture';

/** uint8 [N, H, W, C] */
export const imagesOf = (data: Uint8Array, shape: readonly number[]): Images => ({ data, shape: shape as unknown as Images['shape'] });
