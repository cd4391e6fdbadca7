import type { Field } from "../text/fieldHtml.ts";
import { AS_IT_CAME, type Made } from "../text/wording.ts";
import { Shown } from "../ui/Shown.tsx";

/** What came with a payload, or with a part of one, and could not be read. */
export function AsItCame({ field, of }: { field: Field & `${string}.unread`; of: Made }) {
  return <Shown field={field} value={of.unread ?? null} name={AS_IT_CAME} />;
}
