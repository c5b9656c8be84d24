/** @file The status bar: the connection, running jobs. */

import { useLink } from '../link/lab';
import { useLibrary } from '../state/library';
import { useWords } from '../state/words';
import styles from './status-bar.module.css';

export function StatusBar() {
  const t = useWords('window');
  const link = useLink(({ at }) => at);
  const running = useLibrary(({ jobs }) => jobs.filter(({ endedAt }) => endedAt === undefined).length);
  return (
    <footer className={styles['bar']}>
      <span role="status">{t(`link.${link}`)}</span>
      <span>{t('jobsRunning', { count: running })}</span>
    </footer>
  );
}
