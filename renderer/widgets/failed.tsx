/** @file An error where it happened: what failed, expected and found, what to do, a button that does it, details folded and ready to copy. */

import { CircleAlert, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import { useWords } from '../state/words';
import { Button } from './button';
import { classes } from './class-names';
import styles from './failed.module.css';
import { Fold } from './section';

export interface FailedProps {
  /** As it crossed, or as it was caught. */
  error: ErrorJson | Error;
  onRetry?: () => void;
  /** Another button that mends it, before 'Try again'. */
  action?: ReactNode;
  /** In a row of other things, instead of a view's middle. */
  inline?: boolean;
}

export function Failed({ error: given, onRetry, action, inline = false }: FailedProps) {
  const t = useWords('widgets');
  const error = given instanceof Error ? errorToJson(given) : given;
  const { message, expected, got, hint } = t.error(error);
  const [copied, setCopied] = useState(false);
  const details = [`${error.code}: ${message}`, ...Object.entries(error.params).map(([name, value]) => `${name}: ${value}`)].join('\n');
  return (
    <div role="alert" className={classes(styles['failed'], inline && styles['inline'])}>
      <div className={styles['head']}>
        <CircleAlert size={inline ? 16 : 20} aria-hidden className={styles['icon']} />
        <p className={styles['message']}>{message}</p>
      </div>
      <div className={styles['body']}>
        {(expected || got) && (
          <dl className={styles['facts']}>
            {expected && (
              <>
                <dt>{t('failed.expected')}</dt>
                <dd>{expected}</dd>
              </>
            )}
            {got && (
              <>
                <dt>{t('failed.got')}</dt>
                <dd>{got}</dd>
              </>
            )}
          </dl>
        )}
        {hint && <p>{hint}</p>}
        {(action || onRetry) && (
          <div className={styles['actions']}>
            {action}
            {onRetry && <Button onClick={onRetry}>{t('failed.retry')}</Button>}
          </div>
        )}
        <Fold title={t('failed.details')}>
          <pre className={styles['details']}>{details}</pre>
          <Button variant="quiet" icon={Copy} onClick={() => void navigator.clipboard.writeText(details).then(() => setCopied(true))}>
            {t(copied ? 'copied' : 'copy')}
          </Button>
        </Fold>
      </div>
    </div>
  );
}
