/** @file What of the window's frame is open: the inspector, the palette, the list of shortcuts. */

import { create } from 'zustand';

interface Frame {
  inspector: boolean;
  palette: boolean;
  shortcuts: boolean;
  jobs: boolean;
}

/** There is room for an inspector beside panels from here on, CSS pixels. */
const wide = 1200;

export const useFrame = create<Frame>(() => ({ inspector: window.innerWidth >= wide, palette: false, shortcuts: false, jobs: false }));

export const setFrame = (patch: Partial<Frame>): void => useFrame.setState(patch);
export const toggleFrame = (part: keyof Frame): void => useFrame.setState((frame) => ({ [part]: !frame[part] }));
