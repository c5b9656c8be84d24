/** @file A call whose answer stays in sight until the next one is there: pictures that follow a hand must not blink. */

import { useRef } from 'react';
import { useAnswer, type Answer } from '../../link/answer';

/** As `useAnswer`, but for `value`: the latest that came. */
export function useKeptAnswer<T>(...asked: Parameters<typeof useAnswer<T>>): Answer<T> {
  const answer = useAnswer<T>(...asked);
  const kept = useRef<T | undefined>(undefined);
  kept.current = answer.value ?? kept.current;
  return { ...answer, value: kept.current };
}
