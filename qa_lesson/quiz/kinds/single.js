// Choose one option. The response is its id.

import { choiceOf } from "./options.js";

export default choiceOf("radio", ([id]) => id ?? null);
