// A dialog at the right edge of the page, so that the picture behind shows what each choice in it does.
import './side-panel.css';

import { type ReactNode, useId, useRef, useState } from 'react';

interface SidePanelProps {
  /** Text of the button that opens the panel. */
  button: ReactNode;
  title: string;
  /** Called while the panel is open only. */
  children: () => ReactNode;
}

/** A button and the dialog that it opens. Escape closes it, and the browser returns the focus to the button. */
export function SidePanel({ button, title, children }: SidePanelProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const heading = useId();
  const open = () => {
    setOpen(true);
    dialog.current?.showModal();
  };
  const close = () => dialog.current?.close();
  return (
    <>
      <button type="button" className="button" aria-haspopup="dialog" onClick={open}>
        {button}
      </button>
      <dialog
        ref={dialog}
        className="side-panel"
        aria-labelledby={heading}
        onClose={() => setOpen(false)}
        onClick={({ target, currentTarget }) => target === currentTarget && close()} // beside the content
      >
        {isOpen && (
          <div className="side-panel-content">
            <div className="side-panel-head">
              <h2 id={heading}>{title}</h2>
              <button type="button" className="button" onClick={close}>
                Close
              </button>
            </div>
            {children()}
          </div>
        )}
      </dialog>
    </>
  );
}
