/** Buttons that hand something out: to the clipboard, or as a file. */

import { useSignal } from '@preact/signals';

interface CopyButtonProps {
  label: string;
  /** Made when it is asked for. */
  text: () => string;
  /** Said when the clipboard is closed to the page. */
  otherwise?: string;
  title?: string;
}

export function CopyButton({
  label,
  text,
  otherwise = 'The browser does not allow it',
  title,
}: CopyButtonProps) {
  const answer = useSignal('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      answer.value = 'Copied';
    } catch {
      answer.value = otherwise;
    }
    setTimeout(() => {
      answer.value = '';
    }, 2000);
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()} {...(title && { title })}>
      <span aria-live="polite">{answer.value || label}</span>
    </button>
  );
}

/** Copies a link that restores the section as it is set now. */
export function CopyLink({ link }: { link: () => string }) {
  return (
    <CopyButton
      label="Copy link"
      text={link}
      otherwise="It is in the address bar"
      title="Copies a link that restores what is set here"
    />
  );
}

type Content = string | Uint8Array<ArrayBuffer>;

interface DownloadButtonProps {
  label: string;
  /** Of the file. */
  name: string | (() => string);
  type: string;
  /** Made when it is asked for. */
  content: () => Content | Promise<Content>;
  disabled?: boolean;
}

export function DownloadButton({ label, name, type, content, disabled }: DownloadButtonProps) {
  const fault = useSignal('');
  const save = async () => {
    const download = typeof name === 'string' ? name : name();
    try {
      const url = URL.createObjectURL(new Blob([await content()], { type }));
      const link = document.createElement('a');
      link.href = url;
      link.download = download;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      fault.value = '';
    } catch (error) {
      fault.value = `No file: ${(error as Error).message}`;
    }
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => void save()} disabled={disabled}>
        {label}
      </button>
      {fault.value && (
        <span class="field-fault" role="alert">
          {fault.value}
        </span>
      )}
    </>
  );
}
