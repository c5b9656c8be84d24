/** @file What will be exported: its picture or first frame, and what the file will measure. */

import { useEffect, useMemo, useRef, useState } from 'react';
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
  const [state, setState] = useState<{ of?: object; preview?: Preview; error?: ErrorJson; report?: Report }>({});
  const [tries, setTries] = useState(0);
  const { scale, frames, delayMs } = options;
  // Another object for another asking: an answer belongs to its own.
  const asked = useMemo(() => ({ request, form, options: { scale, frames, delayMs }, language, tries }), [request, form, scale, frames, delayMs, language, tries]);
  useEffect(() => {
    const abort = new AbortController();
    const { tries: _tries, ...making } = asked;
    const ask = async (): Promise<void> => {
      const onProgress = (report: Report): void => setState((before) => ({ ...before, report }));
      try {
        const preview = await lab.exports.preview(making, { signal: abort.signal, onProgress });
        if (!abort.signal.aborted) setState({ of: asked, preview });
      } catch (caught) {
        if (!abort.signal.aborted) setState({ of: asked, error: errorToJson(caught) });
      }
    };
    const timer = window.setTimeout(() => void ask(), pauseMs);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [asked]);
  const { of, preview, error, report } = state;
  const busy = of !== asked;
  return { preview, error: busy ? undefined : error, report, busy, again: () => setTries((count) => count + 1) };
}

/** A PNG that came as bytes. */
function Picture({ bytes, alt, className }: { bytes: Uint8Array; alt: string; className: string | undefined }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    if (image.current) image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [bytes]);
  return <img ref={image} alt={alt} className={className} />;
}

export function ExportPreview({ state: { preview, error, report, busy, again }, label }: { state: PreviewState; label: string }) {
  const t = useWords('export');
  return (
    <div className={styles['preview']}>
      <div className={styles['paper']} aria-busy={busy}>
        {error ? (
          <Failed error={error} onRetry={again} inline />
        ) : preview?.picture ? (
          <Picture bytes={preview.picture} alt={t(preview.frames === null ? 'previewOf' : 'firstFrameOf', { what: label })} className={styles['picture']} />
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

/** 320 × 32 pixels, 60 frames, about 120 kB, ready in about 2 s. */
function factsOf({ width, height, frames, rows, bytes, exact, drawn, seconds }: Preview, t: Words): string[] {
  const facts: string[] = [];
  if (drawn !== null) facts.push(t('drawn', { count: drawn, shown: t.number(drawn, {}) }));
  if (width !== null && height !== null) facts.push(t('size', { width: t.number(width, {}), height: t.number(height, {}) }));
  if (frames !== null) facts.push(t('frameCount', { count: frames, shown: t.number(frames, {}) }));
  if (rows !== null) facts.push(t('rowCount', { count: rows, shown: t.number(rows, {}) }));
  if (bytes !== null) facts.push(exact ? t.bytes(bytes) : t('about', { value: t.bytes(bytes) }));
  if (seconds !== null && seconds >= 2) facts.push(t('takes', { value: t.seconds(Math.round(seconds)) }));
  return facts;
}
