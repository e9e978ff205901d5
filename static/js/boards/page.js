// A board: its clips are dragged into another order. Each move names two clips, so it loses nothing that others did.
import "../frame.js";
import { dragging } from "../drag.js";

dragging(".board__clip", "clip", (box, { clientX }) => clientX < box.left + box.width / 2);
