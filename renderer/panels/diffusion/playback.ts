/** @file The hand that turns a walk's pages: play, pause, step, scrub, at any speed. */

import { useEffect, useState } from 'react';

/** A whole walk at speed 1. */
const walkSeconds = 6;

export interface Playback {
  /** 0 to the last that stands. */
  moment: number;
  playing: boolean;
  go(moment: number): void;
  step(by: number): void;
  toggle(): void;
}

/** Where playing stands `seconds` after `from`: never past what there is. */
export const playedTo = (from: number, seconds: number, total: number, speed: number, available: number): number =>
  Math.min(available - 1, from + (seconds * speed * total) / walkSeconds);

interface Hand {
  key: string;
  /** newest: follows a walk under way, and shows the end of one that stands. */
  place: number | 'newest';
  playing: boolean;
}

/**
 * @param key of the walk: another one is shown from its newest moment
 * @param total the last moment of the whole walk; 0: not known yet
 * @param available moments that stand; grows while a walk is under way, and playing waits for it
 */
export function usePlayback(key: string, total: number, available: number, speed: number, visible: boolean): Playback {
  const [held, setHand] = useState<Hand>({ key, place: 'newest', playing: false });
  const hand: Hand = held.key === key ? held : { key, place: 'newest', playing: false };
  const newest = Math.max(0, available - 1);
  const moment = Math.floor(hand.place === 'newest' ? newest : Math.min(hand.place, newest));

  const playing = hand.playing && visible && total > 0;
  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function turn(now) {
      const seconds = (now - last) / 1000;
      last = now;
      setHand((before) => {
        if (before.place === 'newest') return before;
        const place = playedTo(before.place, seconds, total, speed, available);
        return { ...before, place, playing: place < total };
      });
      frame = requestAnimationFrame(turn);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, total, available, speed]);

  const go = (to: number): void => setHand({ key, place: to >= newest ? 'newest' : Math.max(0, to), playing: false });
  return {
    moment,
    playing: hand.playing,
    go,
    step: (by) => go(moment + by),
    // At the end, playing begins anew.
    toggle: () => setHand({ key, place: !hand.playing && moment >= total ? 0 : moment, playing: !hand.playing }),
  };
}
