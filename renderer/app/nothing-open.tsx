/** @file The dock with no panel in it. */

import { LayoutDashboard } from 'lucide-react';
import { useWords } from '../state/words';
import { Button } from '../widgets/button';
import { Empty } from '../widgets/empty';
import { openPanel } from './workspace';

export function NothingOpen() {
  const t = useWords('window');
  return (
    <Empty
      icon={LayoutDashboard}
      title={t('dock.nothing')}
      text={t('dock.nothingHint')}
      action={
        <Button variant="primary" onClick={() => openPanel('library', {})}>
          {t('dock.openLibrary')}
        </Button>
      }
    />
  );
}
