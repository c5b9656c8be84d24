/** @file Facts, each with its name. */

import type { ReactNode } from 'react';
import styles from './library.module.css';

export function FactList({ facts }: { facts: readonly (readonly [name: string, fact: ReactNode] | undefined)[] }) {
  return (
    <dl className={styles['facts']}>
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{typeof fact[1] === 'string' ? <bdi>{fact[1]}</bdi> : fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
