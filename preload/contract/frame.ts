/** @file Messages as frames of a WebSocket: text where they are JSON alone; else a header in JSON, then the bytes of each typed array. */

const arrayTypes = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array };
type ArrayName = keyof typeof arrayTypes;
type TypedArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

/** Stands in the header where an array belongs; no key of our own messages begins so. */
const mark = '$array';
/** Arrays start at multiples of this, the widest element. */
const alignment = 8;

const nameOf = (array: TypedArray): ArrayName => {
  const found = (Object.keys(arrayTypes) as ArrayName[]).find((name) => array instanceof arrayTypes[name]);
  if (!found) throw new TypeError(`a message can't hold a ${array.constructor.name}`);
  return found;
};

const padded = (length: number): number => Math.ceil(length / alignment) * alignment;

/** [u32 length of the header][header, UTF-8, padded][each array, padded]; text when there is no array. Little-endian, as all our machines are. */
export function encodeFrame(message: unknown): string | Uint8Array<ArrayBuffer> {
  const arrays: TypedArray[] = [];
  const text = JSON.stringify(message, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const array = value as TypedArray;
    const place = { [mark]: [nameOf(array), array.length] };
    arrays.push(array);
    return place;
  });
  if (arrays.length === 0) return text;
  const header = new TextEncoder().encode(text);
  const start = padded(4 + header.length);
  const frame = new Uint8Array(arrays.reduce((length, array) => length + padded(array.byteLength), start));
  new DataView(frame.buffer).setUint32(0, header.length, true);
  frame.set(header, 4);
  let at = start;
  for (const array of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += padded(array.byteLength);
  }
  return frame;
}

/** @throws Error when the frame is not what `encodeFrame` makes: the other side is broken or hostile */
export function decodeFrame(frame: string | Uint8Array): unknown {
  if (typeof frame === 'string') return JSON.parse(frame);
  if (frame.byteLength < 4) throw new RangeError('frame of less than 4 bytes');
  // Arrays are views of the frame: it must start where its widest element may. A Buffer's slice() would be the same memory again.
  const whole = frame.byteOffset % alignment === 0 ? frame : new Uint8Array(frame);
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
  if (4 + length > whole.byteLength) throw new RangeError(`header of ${length} bytes in a frame of ${whole.byteLength}`);
  let at = padded(4 + length);
  const revive = (_key: string, value: unknown): unknown => {
    const place = value !== null && typeof value === 'object' && mark in value ? value[mark] : undefined;
    if (!Array.isArray(place)) return value;
    const [name, count] = place as [ArrayName, number];
    const type = Object.hasOwn(arrayTypes, name) ? arrayTypes[name] : undefined;
    const bytes = type ? count * type.BYTES_PER_ELEMENT : -1;
    if (!type || !Number.isInteger(count) || count < 0 || at + bytes > whole.byteLength) throw new RangeError(`array ${String(name)} of ${count} outside its frame`);
    const array = new type(whole.buffer as ArrayBuffer, whole.byteOffset + at, count);
    at += padded(bytes);
    return array;
  };
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(whole.subarray(4, 4 + length)), revive);
}
