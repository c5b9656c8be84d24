/** @file Keeps the fault of a part of the window to itself: what happened, and buttons that show the part again, as it was or as it begins. */

import { Component, type ReactNode } from 'react';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import { useWords } from '../state/words';
import { Button } from '../widgets/button';
import { Failed } from '../widgets/failed';

interface Props {
  /** Gives up what a panel remembers: what it remembers may be what it fails at. Absent for other parts of the window. */
  onAfresh?: () => void;
  children: ReactNode;
}

export class PanelBoundary extends Component<Props, { error: ErrorJson | undefined }> {
  override state = { error: undefined };

  static getDerivedStateFromError(caught: unknown): { error: ErrorJson } {
    return { error: errorToJson(caught) };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const again = (): void => this.setState({ error: undefined });
    const { onAfresh } = this.props;
    const afresh = (): void => {
      onAfresh?.();
      again();
    };
    return <Crashed error={error} onReload={again} onAfresh={onAfresh && afresh} />;
  }
}

function Crashed({ error, onReload, onAfresh }: { error: ErrorJson; onReload(): void; onAfresh: (() => void) | undefined }) {
  const t = useWords('window');
  // A browser remembers that a panel could not be loaded: only a fresh page asks for it again.
  if (error.code === 'panel-not-loaded' || !onAfresh) return <Failed error={error} action={<Button onClick={() => window.location.reload()}>{t('crashed.reloadPage')}</Button>} />;
  return (
    <Failed
      error={error}
      action={
        <>
          <Button onClick={onReload}>{t('crashed.reload')}</Button>
          <Button variant="quiet" onClick={onAfresh}>
            {t('crashed.afresh')}
          </Button>
        </>
      }
    />
  );
}
