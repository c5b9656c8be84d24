/** @file How many device pixels stand in one CSS pixel, and how large an element is, as they change. */

import { useEffect, useState, type RefObject } from 'react';

/** Changes with the page's zoom and when the window goes to another screen. */
export function useDeviceRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio);
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const onChange = (): void => setRatio(window.devicePixelRatio);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [ratio]);
  return ratio;
}

/** The content box of an element, CSS pixels; zero until it is laid out. */
export function useSize(ref: RefObject<Element | null>): { height: number; width: number } {
  const [size, setSize] = useState({ height: 0, width: 0 });
  useEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const { height, width } = entry!.contentRect;
      setSize((now) => (now.height === height && now.width === width ? now : { height, width }));
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
