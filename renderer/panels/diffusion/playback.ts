/** @file The hand that turns a walk's pages: play, pause, step, scrub, at any speed. */

import { useEffect, useState } from 'react';

/** A whole walk at speed 1. */
const walkSeconds = 6;

export interface Playback {
  /** 0 to `last`. */
  moment: number;
  playing: boolean;
  go(moment: number): void;
  step(by: number): void;
  toggle(): void;
}

/** Where playing stands `seconds` after `from`: never past what there is. */
export const playedTo = (from: number, seconds: number, total: number, speed: number, available: number): number =>
  Math.min(available - 1, from + (seconds * speed * total) / walkSeconds);

/**
 * @param total the last moment of the whole walk; 0: not known yet
 * @param available moments that stand; grows while a walk is under way, and playing waits for it
 * @param live follows the newest moment until a hand takes over
 */
export function usePlayback(key: string, total: number, available: number, speed: number, live: boolean, visible: boolean): Playback {
  const [place, setPlace] = useState<number | 'newest'>('newest');
  const [playing, setPlaying] = useState(false);
  // Another walk is followed from its start; one that stands already is shown at its end.
  useEffect(() => {
    setPlace('newest');
    setPlaying(false);
  }, [key]);
  const newest = Math.max(0, available - 1);
  const moment = place === 'newest' ? newest : Math.min(place, newest);

  useEffect(() => {
    if (!playing || !visible || total === 0) return;
    let from = moment;
    let last = performance.now();
    let frame = requestAnimationFrame(function turn(now) {
      from = playedTo(from, (now - last) / 1000, total, speed, available);
      last = now;
      setPlace(from);
      if (from >= total) setPlaying(false);
      else frame = requestAnimationFrame(turn);
    });
    return () => cancelAnimationFrame(frame);
    // `moment` is where playing begins, not what restarts it.
  }, [playing, visible, total, available, speed]);

  const go = (to: number): void => {
    setPlaying(false);
    setPlace(live && to >= newest ? 'newest' : Math.max(0, Math.min(newest, to)));
  };
  const whole = Math.floor(moment);
  return {
    moment: whole,
    playing,
    go,
    step: (by) => go(whole + by),
    toggle: () => {
      if (!playing && whole >= total && total > 0) setPlace(0);
      else if (!playing) setPlace(moment);
      setPlaying(!playing);
    },
  };
}
