/** @file The walk between two points: its ends, its images, and the step that is shown. */

import { useEffect, useState } from 'react';
import type { ImagePlace, LatentPoint as PointAsked, Walk } from '../../../preload/contract/latents';
import { useAnswer, type Answer } from '../../link/answer';
import { lab } from '../../link/lab';
import type { Pixels } from '../../widgets/pixels';
import type { Space } from './use-point';

/** An end of a walk: an image, or a vector that was looked at. */
export interface End {
  place?: ImagePlace;
  z?: Float32Array;
  /** The vector decoded. */
  image?: Pixels;
  /** Changes with the vector: what is asked is told apart by it. */
  id: number | string;
}

export interface WalkState {
  answer: Answer<Walk>;
  step: number;
  setStep(step: number): void;
  playing: boolean;
  setPlaying(playing: boolean): void;
}

const frameMs = 80;

const asked = ({ place, z }: End): PointAsked => place ?? { z: z as Float32Array };

/** `shown`: whether anyone sees it. */
export function useWalk(space: Space, from: End | undefined, to: End | undefined, { method, steps }: { method: 'linear' | 'slerp'; steps: number }, shown: boolean): WalkState {
  const key = from && to && shown ? JSON.stringify([space, from.place ?? from.id, to.place ?? to.id, method, steps]) : undefined;
  const answer = useAnswer(key, (options) => lab.latents.walk({ ...space, from: asked(from as End), to: asked(to as End), method, steps }, options));
  const [step, setStep] = useState(0);
  const [playing, setPlaying] = useState(false);
  const count = answer.value ? answer.value.z.length / answer.value.latentSize : 0;
  const running = playing && shown && count > 1;
  useEffect(() => {
    if (!running) return;
    // There and back, for ever.
    let onward = 1;
    const timer = window.setInterval(() => {
      setStep((now) => {
        const held = Math.min(now, count - 1);
        if (held + onward < 0 || held + onward >= count) onward = -onward;
        return held + onward;
      });
    }, frameMs);
    return () => window.clearInterval(timer);
  }, [running, count]);
  return { answer, step: Math.min(step, Math.max(0, count - 1)), setStep, playing: running, setPlaying };
}
