/** @file Changes of the panel's state: two of one moment both count. */

import { useCallback, useLayoutEffect, useRef } from 'react';

export function useChange<State>(state: State, onStateChange: (state: State) => void): (patch: Partial<State>) => void {
  const latest = useRef({ state, onStateChange });
  useLayoutEffect(() => {
    latest.current = { state, onStateChange };
  }, [state, onStateChange]);
  return useCallback((patch) => {
    latest.current.state = { ...latest.current.state, ...patch };
    latest.current.onStateChange(latest.current.state);
  }, []);
}
