/** @file Keeps a panel's fault to itself: what happened, and a button that shows the panel again. */

import { Component, type ReactNode } from 'react';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import { Failed } from '../widgets/failed';

interface Props {
  panel: string;
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
    return <Failed error={error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
