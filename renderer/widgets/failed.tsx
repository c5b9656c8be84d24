/** @file An error where it happened: what failed, expected and found, what to do, a button that tries again, details folded. */

import type { ErrorJson } from '../../preload/contract/errors';
import { useWords } from '../state/words';

export function Failed({ error, onRetry }: { error: ErrorJson; onRetry?: () => void }) {
  const t = useWords('window');
  const { message, expected, got, hint } = t.error(error);
  return (
    <div role="alert">
      <p>{message}</p>
      {expected && <p>{t('failed.expected', { expected })}</p>}
      {got && <p>{t('failed.got', { got })}</p>}
      {hint && <p>{hint}</p>}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {t('failed.retry')}
        </button>
      )}
    </div>
  );
}
