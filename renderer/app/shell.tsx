/** @file The window's frame: the rail, the docked panels, the status bar. */

import { Dock } from './dock';
import { Rail } from './rail';
import { StatusBar } from './status-bar';
import styles from './shell.module.css';

export function Shell() {
  return (
    <div className={styles['shell']}>
      <Rail />
      <main className={styles['dock']}>
        <Dock />
      </main>
      <StatusBar />
    </div>
  );
}
