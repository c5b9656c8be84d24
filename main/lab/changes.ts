/** @file What changed in a home, told to those who watch: a word for each thing, never the thing itself, so that many changes are one look. */

export type Topic = 'datasets' | 'runs' | 'jobs' | 'settings';

export interface Changes {
  tell(topic: Topic): void;
  /** Resolves with the topics that changed since it was last asked, once there are any; with none when `signal` aborts. */
  since(seen: Watcher, signal: AbortSignal): Promise<Topic[]>;
  watcher(): Watcher;
}

/** Which change of each topic a watcher has seen. */
export type Watcher = Map<Topic, number>;

export function openChanges(): Changes {
  const counts = new Map<Topic, number>();
  const waiting = new Set<() => void>();

  const news = (seen: Watcher): Topic[] => {
    const topics = [...counts.keys()].filter((topic) => counts.get(topic) !== seen.get(topic));
    for (const topic of topics) seen.set(topic, counts.get(topic) ?? 0);
    return topics;
  };

  return {
    tell(topic) {
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
      for (const wake of waiting) wake();
    },
    watcher: () => new Map(counts),
    async since(seen, signal) {
      for (;;) {
        const topics = news(seen);
        if (topics.length > 0 || signal.aborted) return topics;
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener('abort', wake, { once: true });
        });
      }
    },
  };
}
