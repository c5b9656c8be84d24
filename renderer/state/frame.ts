/** @file What of the window's frame is open: the inspector, the palette, the list of shortcuts. */

import { create } from 'zustand';
import { useSelection, type Selected } from './selection';

interface Frame {
  /** undefined: with an image that is selected, where there is room. A dataset or run is described by the library itself, where it is chosen. */
  inspector: boolean | undefined;
  palette: boolean;
  shortcuts: boolean;
  jobs: boolean;
}

/** There is room for an inspector beside panels from here on, CSS pixels. */
const wide = 1100;

export const useFrame = create<Frame>(() => ({ inspector: undefined, palette: false, shortcuts: false, jobs: false }));

export const setFrame = (patch: Partial<Frame>): void => useFrame.setState(patch);
export const toggleFrame = (part: 'palette' | 'shortcuts' | 'jobs'): void => useFrame.setState((frame) => ({ [part]: !frame[part] }));

const shows = (open: boolean | undefined, selected: Selected | undefined): boolean => open ?? (selected?.kind === 'image' && window.innerWidth >= wide);

/** Whether the inspector is to be seen. */
export function useInspectorShown(): boolean {
  const open = useFrame((frame) => frame.inspector);
  const selected = useSelection((selection) => selection.selected);
  return shows(open, selected);
}

export function toggleInspector(): void {
  useFrame.setState(({ inspector }) => ({ inspector: !shows(inspector, useSelection.getState().selected) }));
}
