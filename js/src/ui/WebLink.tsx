import { destination } from "../text/addresses.ts";
import { Label } from "./Label.tsx";
import { OutwardLink } from "./Shown.tsx";

/** An address as a link, if it is one to the web or to mail; else as words. */
export function WebLink({ address, words }: { address: string; words?: string }) {
  const host = destination(address);
  const name = <Label words={words ?? address} />;
  if (host === null) return name;
  return (
    <>
      <OutwardLink href={address}>{name}</OutwardLink>
      {words !== undefined && <span class="host"> ({host})</span>}
    </>
  );
}
