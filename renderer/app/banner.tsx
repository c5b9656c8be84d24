/** @file A line above all else while the page and its lab are apart. */

import { useEffect, useState } from 'react';
import { errorToJson } from '../../preload/contract/errors';
import { useLink } from '../link/lab';
import { useWords } from '../state/words';
import { Button } from '../widgets/button';
import { classes } from '../widgets/class-names';
import styles from './banner.module.css';

/** A connection that is back so soon is not worth a line. */
const patienceMs = 1_000;

export function Banner() {
  const t = useWords('window');
  const link = useLink();
  const [late, setLate] = useState(false);
  const apart = link.at === 'lost' || link.at === 'connecting';
  useEffect(() => {
    setLate(false);
    if (!apart) return;
    const timer = window.setTimeout(() => setLate(true), patienceMs);
    return () => window.clearTimeout(timer);
  }, [apart]);
  if (link.at === 'refused' || link.at === 'locked') {
    const { message, hint } = t.error(errorToJson(link.error));
    return (
      <div role="alert" className={classes(styles['banner'], styles['bad'])}>
        <span>{[message, hint].filter(Boolean).join('. ')}</span>
        {link.at === 'refused' && <Button onClick={() => window.location.reload()}>{t('banner.reload')}</Button>}
      </div>
    );
  }
  if (!apart || !late) return null;
  return (
    <div role="status" className={styles['banner']}>
      <span>{t(link.at === 'lost' ? 'banner.lost' : 'banner.connecting')}</span>
    </div>
  );
}
