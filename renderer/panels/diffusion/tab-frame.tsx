/** @file A tab: what is looked at, and beside it (below, where it is narrow) how it is made. */

import type { ReactNode } from 'react';
import styles from './tab-frame.module.css';

export const TabFrame = ({ children, aside }: { children: ReactNode; aside: ReactNode }) => (
  <div className={styles['frame']}>
    <div className={styles['parts']}>
      <div className={styles['main']}>{children}</div>
      <div className={styles['aside']}>{aside}</div>
    </div>
  </div>
);
