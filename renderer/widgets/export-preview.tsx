/** @file What will be exported: its picture or first frame, and what the file will measure. */

import { useEffect, useState } from 'react';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import type { ExportAsked, ExportForm, ExportOptions, ExportPreview as Preview } from '../../preload/contract/exports';
import type { Progress as Report } from '../../preload/contract/progress';
import { lab } from '../link/lab';
import { useWords, type Words } from '../state/words';
import styles from './export-dialog.module.css';
import { Failed } from './failed';
import { Progress } from './progress';

export type PreviewState = { preview?: Preview; error?: ErrorJson; report?: Report; busy: boolean; again(): void };

/** While one types a number. */
const pauseMs = 250;

/** Made anew when what is asked changes; the last one stays in sight meanwhile. */
export function useExportPreview(request: ExportAsked, form: ExportForm, options: ExportOptions): PreviewState {
  const { language } = useWords('export');
  const [state, setState] = useState<Omit<PreviewState, 'again'>>({ busy: true });
  const [tries, setTries] = useState(0);
  const { scale, frames, delayMs } = options;
  useEffect(() => {
    const abort = new AbortController();
    setState(({ preview }) => ({ preview, busy: true }));
    const ask = async (): Promise<void> => {
      const onProgress = (report: Report): void => setState((before) => ({ ...before, report }));
      try {
        const preview = await lab.exports.preview({ request, form, options: { scale, frames, delayMs }, language }, { signal: abort.signal, onProgress });
        if (!abort.signal.aborted) setState({ preview, busy: false });
      } catch (caught) {
        if (!abort.signal.aborted) setState({ error: errorToJson(caught), busy: false });
      }
    };
    const timer = window.setTimeout(() => void ask(), pauseMs);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [request, form, scale, frames, delayMs, language, tries]);
  return { ...state, again: () => setTries((count) => count + 1) };
}

/** A PNG as an address that an image can show. */
function usePictureUrl(picture: Uint8Array | null | undefined): string | undefined {
  const [url, setUrl] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (!picture) return setUrl(undefined);
    const made = URL.createObjectURL(new Blob([picture as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return url;
}

export function ExportPreview({ state: { preview, error, report, busy, again }, label }: { state: PreviewState; label: string }) {
  const t = useWords('export');
  const url = usePictureUrl(preview?.picture);
  return (
    <div className={styles['preview']}>
      <div className={styles['paper']} aria-busy={busy}>
        {error ? (
          <Failed error={error} onRetry={again} inline />
        ) : url ? (
          <img src={url} alt={t(preview?.frames === null ? 'previewOf' : 'firstFrameOf', { what: label })} className={styles['picture']} />
        ) : (
          <p className={styles['noPicture']}>{busy ? '' : t('noPicture')}</p>
        )}
      </div>
      <div className={styles['facts']} aria-live="polite">
        {busy ? <Progress compact label={t('previewing')} report={report} /> : preview && <span>{factsOf(preview, t).join(' · ')}</span>}
      </div>
    </div>
  );
}

/** 320 × 32 pixels, 60 frames, about 120 kB, about 2 s. */
function factsOf({ width, height, frames, rows, bytes, exact, seconds }: Preview, t: Words): string[] {
  const facts: string[] = [];
  if (width !== null && height !== null) facts.push(t('size', { width: t.number(width, {}), height: t.number(height, {}) }));
  if (frames !== null) facts.push(t('frameCount', { count: frames, shown: t.number(frames, {}) }));
  if (rows !== null) facts.push(t('rowCount', { count: rows, shown: t.number(rows, {}) }));
  if (bytes !== null) facts.push(exact ? t.bytes(bytes) : t('about', { value: t.bytes(bytes) }));
  if (seconds !== null && seconds >= 1) facts.push(t('about', { value: t.seconds(Math.round(seconds)) }));
  return facts;
}
