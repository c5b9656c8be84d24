/** @file Drops that a part of a panel takes for itself, where everything else goes to the import. */

/** Put on an element, its value is what may be dropped there: one image file. */
export const takes = { image: { 'data-takes': 'image' } } as const;

/** Whether what is dragged is one image file. While dragging a browser tells no more than kinds and types. */
export function holdsOneImage(transfer: Pick<DataTransfer, 'items'> | null): boolean {
  const files = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  return files.length === 1 && files[0].type.startsWith('image/');
}

/** Whether the element under the pointer takes it. */
export const isTaken = ({ target, dataTransfer }: Pick<DragEvent, 'target' | 'dataTransfer'>): boolean =>
  target instanceof Element && target.closest('[data-takes="image"]') !== null && holdsOneImage(dataTransfer);
