import { Component, type ComponentChildren } from "preact";

interface Props {
  /** What it holds, in a word: "entry". */
  what: string;
  /** What is shown in its place. */
  raw: unknown;
  children: ComponentChildren;
}

/** What cannot be drawn is shown raw, and takes nothing else down with it. */
export class Boundary extends Component<Props> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  render() {
    const { what, raw, children } = this.props;
    if (!this.state.broken) return children;
    return (
      <>
        <p class="quiet">This {what} could not be drawn; here it is as it came.</p>
        <pre>{JSON.stringify(raw, null, 2)}</pre>
      </>
    );
  }
}
