/** @file What the home uses of the disk, part by part. */

import { useState } from 'react';
import type { DiskUse as Use } from '../../../preload/contract/domains/app';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import styles from './view.module.css';

const parts = ['datasets', 'views', 'runs', 'trash', 'cache', 'other'] as const;

/** Counted when asked: in a large home it takes a while. */
export function DiskUse() {
  const t = useWords('settings');
  const [use, setUse] = useState<Use | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  const count = async (first?: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await first?.();
      setUse(await lab.app.disk({}));
    } catch (caught) {
      setError(errorToJson(caught));
    } finally {
      setBusy(false);
    }
  };
  const total = use ? parts.reduce((sum, part) => sum + use[part], 0) : 0;
  return (
    <div className={styles['disk']}>
      {use && (
        <>
          <div>{t('storage.uses', { used: t.bytes(total), free: t.bytes(use.free) })}</div>
          <table className={styles['parts']}>
            <tbody>
              {parts.map((part) => (
                <tr key={part}>
                  <th scope="row">{t(`storage.parts.${part}`)}</th>
                  <td className={styles['share']}>
                    <div style={{ width: `${total > 0 ? (100 * use[part]) / total : 0}%` }} />
                  </td>
                  <td className={styles['bytes']}>{t.bytes(use[part])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {error && <Failed inline error={error} />}
      <div>
        <Button disabled={busy} onClick={() => void count()}>
          {t(busy ? 'storage.counting' : use ? 'storage.countAgain' : 'storage.count')}
        </Button>
        {use && use.cache > 0 && (
          <Button disabled={busy} onClick={() => void count(() => lab.app.emptyCache({}))}>
            {t('storage.emptyCache')}
          </Button>
        )}
      </div>
    </div>
  );
}
