/** @file Drops that a part of a panel takes for itself, where everything else goes to the import. */

/** Put on an element, its value is what may be dropped there: one image file, or one ONNX file. */
export const takes = { image: { 'data-takes': 'image' }, model: { 'data-takes': 'model' } } as const;

/** Whether what is dragged is one image file. While dragging a browser tells no more than kinds and types. */
export function holdsOneImage(transfer: Pick<DataTransfer, 'items'> | null): boolean {
  const files = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  return files.length === 1 && files[0].type.startsWith('image/');
}

/** Whether what is dragged may be one ONNX file: browsers know no type of it. */
export function holdsOneModel(transfer: Pick<DataTransfer, 'items'> | null): boolean {
  const files = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  return files.length === 1 && (files[0].type === '' || files[0].type === 'application/octet-stream');
}

/** Whether the element under the pointer takes it. */
export const isTaken = ({ target, dataTransfer }: Pick<DragEvent, 'target' | 'dataTransfer'>): boolean => {
  const taking = target instanceof Element ? target.closest('[data-takes]')?.getAttribute('data-takes') : undefined;
  return (taking === 'image' && holdsOneImage(dataTransfer)) || (taking === 'model' && holdsOneModel(dataTransfer));
};
