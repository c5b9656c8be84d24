/** @file Frames: what goes in comes out, and no broken or hostile frame reads outside itself. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from './frame';

test('JSON alone is text', () => {
  expect(encodeFrame({ id: 1, result: [1, 'é'] })).toBe('{"id":1,"result":[1,"é"]}');
  expect(decodeFrame('{"id":1}')).toEqual({ id: 1 });
});

test('arrays of every kind come back equal, aligned, wherever the frame lies in memory', () => {
  const message = {
    id: 7,
    result: {
      images: Uint8Array.from([0, 127, 255]),
      noise: Int8Array.from([-128, 0, 127]),
      labels: Int32Array.from([-1, 2 ** 31 - 1]),
      z: Float32Array.from([1.5, -0, NaN, Infinity]),
      steps: Float64Array.from([Number.MAX_SAFE_INTEGER, 1e-300]),
      empty: new Float64Array(0),
      nested: [{ deep: Uint16Array.from([65535]) }, 'accentué'],
    },
  };
  const frame = encodeFrame(message) as Uint8Array;
  expect(decodeFrame(frame)).toEqual(message);
  const shifted = new Uint8Array(frame.length + 3);
  shifted.set(frame, 3);
  expect(decodeFrame(shifted.subarray(3))).toEqual(message);
});

test('a part of a larger array is sent as that part', () => {
  const whole = Float32Array.from([1, 2, 3, 4]);
  expect(decodeFrame(encodeFrame({ part: whole.subarray(1, 3) }) as Uint8Array)).toEqual({ part: Float32Array.from([2, 3]) });
});

test('a cut frame, a header that lies and an array beyond the end are refused', () => {
  const frame = encodeFrame({ a: Float64Array.from([1, 2, 3]) }) as Uint8Array;
  for (let length = 0; length < frame.length; length++) expect(() => decodeFrame(frame.slice(0, length)), `cut at ${length}`).toThrow();
  const of = (header: string, body = 0): Uint8Array => {
    const text = new TextEncoder().encode(header);
    const made = new Uint8Array(Math.ceil((4 + text.length) / 8) * 8 + body);
    new DataView(made.buffer).setUint32(0, text.length, true);
    made.set(text, 4);
    return made;
  };
  expect(decodeFrame(of('{"a":{"$array":["Uint8Array",2]}}', 8))).toEqual({ a: Uint8Array.from([0, 0]) });
  for (const place of ['["Uint8Array",9]', '["Uint8Array",-1]', '["Uint8Array",1e300]', '["Uint8Array",0.5]', '["constructor",1]', '["Float64Array",2]', '[]']) {
    expect(() => decodeFrame(of(`{"a":{"$array":${place}}}`, 8)), place).toThrow(/outside its frame/);
  }
});

test('no mutated frame does anything but come back or throw', () => {
  const frame = encodeFrame({ id: 1, result: { z: Float32Array.from([1, 2]), n: Int32Array.from([3]) } }) as Uint8Array;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (flips) => {
      const mutated = frame.slice();
      for (const [at, value] of flips) mutated[at] = value;
      try {
        decodeFrame(mutated);
      } catch (caught) {
        expect(caught).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a frame that came in a Buffer anywhere in a larger one, as a socket gives it', () => {
  const frame = encodeFrame({ z: Float64Array.of(1, 2) }) as Uint8Array;
  for (let at = 0; at < 8; at++) {
    const larger = Buffer.alloc(frame.length + 16);
    larger.set(frame, at);
    expect(decodeFrame(larger.subarray(at, at + frame.length))).toEqual({ z: Float64Array.of(1, 2) });
  }
});
