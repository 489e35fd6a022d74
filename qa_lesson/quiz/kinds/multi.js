// Choose all options that apply. The response is the list of their ids in the order of the page.

import { choiceOf } from "./options.js";

export default choiceOf("checkbox", (ids) => (ids.length ? ids : null));
