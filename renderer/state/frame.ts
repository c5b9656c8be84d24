/** @file What of the window's frame is open: the inspector, the palette, the list of shortcuts. */

import { create } from 'zustand';

interface Frame {
  /** By the user's wish alone: opened by a click on a point it would move the map from under the pointer, and each panel describes itself what is chosen in it. */
  inspector: boolean;
  palette: boolean;
  shortcuts: boolean;
  jobs: boolean;
}

export const useFrame = create<Frame>(() => ({ inspector: false, palette: false, shortcuts: false, jobs: false }));

export const setFrame = (patch: Partial<Frame>): void => useFrame.setState(patch);
export const toggleFrame = (part: 'palette' | 'shortcuts' | 'jobs'): void => useFrame.setState((frame) => ({ [part]: !frame[part] }));

/** Whether the inspector is to be seen. */
export const useInspectorShown = (): boolean => useFrame((frame) => frame.inspector);

export const toggleInspector = (): void => useFrame.setState(({ inspector }) => ({ inspector: !inspector }));
