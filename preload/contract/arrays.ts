/** @file Typed arrays as parts of calls and results: they cross every transport as binary, never as text. */

import { z } from 'zod';

export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected a Uint8Array');
export const int8 = z.custom<Int8Array>((value) => value instanceof Int8Array, 'expected an Int8Array');
export const int32 = z.custom<Int32Array>((value) => value instanceof Int32Array, 'expected an Int32Array');
export const float32 = z.custom<Float32Array>((value) => value instanceof Float32Array, 'expected a Float32Array');
export const float64 = z.custom<Float64Array>((value) => value instanceof Float64Array, 'expected a Float64Array');

/** uint8 [..., height, width, channels]. */
export const images = z.object({ images: bytes, shape: z.array(z.int().min(0)).min(3) });
