/** @file Facts, each with its name. */

import type { ReactNode } from 'react';
import { useWords } from '../state/words';
import { classes } from './class-names';
import styles from './fact-list.module.css';

export interface FactListProps {
  /** Ids of facts.json, or names in words of their own; undefined rows are left out. */
  facts: readonly (readonly [name: string, fact: ReactNode] | undefined)[];
  /** Names above what they name, for narrow places. */
  narrow?: boolean;
}

export function FactList({ facts, narrow = false }: FactListProps) {
  const t = useWords('facts');
  return (
    <dl className={classes(styles['facts'], narrow && styles['narrow'])}>
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{t.has(fact[0]) ? t(fact[0]) : fact[0]}</dt>
              <dd>{typeof fact[1] === 'string' ? <bdi>{fact[1]}</bdi> : fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
