import { Button, FileButton, Modal, Overlay, Paper, Text } from '@mantine/core';
import { type DragEvent, type ReactNode, useState } from 'react';
import { ImportForm } from './ImportForm.tsx';

/** The document of a provider, read from a file of this person's. */
export interface ChosenFile {
  name: string;
  document: unknown;
  /** Why it cannot be one. */
  fault?: string;
}

async function readFile(file: File): Promise<ChosenFile> {
  try {
    return { name: file.name, document: JSON.parse(await file.text()) };
  } catch {
    return { name: file.name, document: undefined, fault: 'This is not an exported identity provider: it is not JSON.' };
  }
}

/** Lets a document be dropped anywhere on the page, or chosen by a button; then asks what it should become. */
export function ImportZone({ enabled, children }: { enabled: boolean; children: (button: ReactNode) => ReactNode }) {
  const [chosen, setChosen] = useState<ChosenFile>();
  const [over, setOver] = useState(false);
  if (!enabled) return <>{children(null)}</>;
  const take = (file: File | null | undefined): void => {
    setOver(false);
    if (file) void readFile(file).then(setChosen);
  };
  const watch = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    },
  };
  return (
    <div {...watch} style={{ position: 'relative', minHeight: '60vh' }}>
      {children(
        <FileButton onChange={take} accept="application/json,.json">
          {(props) => (
            <Button variant="default" {...props}>
              Import
            </Button>
          )}
        </FileButton>,
      )}
      {over ? (
        <Overlay backgroundOpacity={0.4} blur={2} zIndex={50} radius="lg">
          <Paper p="lg" m="xl" radius="lg" withBorder ta="center">
            <Text fw={600}>Drop the exported provider here</Text>
            <Text size="sm" c="dimmed">
              A file that was exported from this or another Sallyport.
            </Text>
          </Paper>
        </Overlay>
      ) : null}
      <Modal opened={chosen !== undefined} onClose={() => setChosen(undefined)} title="Import an identity provider" size="lg">
        {chosen ? <ImportForm file={chosen} onDone={() => setChosen(undefined)} /> : null}
      </Modal>
    </div>
  );
}
