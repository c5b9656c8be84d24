/** @file Channels stored one plane after the other, interleaved. */

/** uint8 [channels, pixels] at `from` -> [pixels, channels] at `to`. */
export function interleave(source: Uint8Array, from: number, pixels: number, channels: number, target: Uint8Array, to: number): void {
  for (let channel = 0; channel < channels; channel++) {
    let read = from + channel * pixels;
    for (let write = to + channel, end = to + pixels * channels; write < end; write += channels) target[write] = source[read++];
  }
}
