/** @file A shortcut as the keys that one presses. */

import { keyNames } from '../state/shortcut';
import styles from './kbd.module.css';

/** 'mod+shift+p' as key caps, as this system names them. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={styles['keys']}>
      {keyNames(keys).map((name, place) => (
        <kbd key={place} className={styles['key']}>
          {name}
        </kbd>
      ))}
    </span>
  );
}
