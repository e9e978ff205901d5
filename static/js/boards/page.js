// A board: its clips are dragged into another order. Each move names two clips, so it loses nothing that others did.
import "../frame.js";
import { keepAttribute, keepContent } from "../dom.js";
import { dragging } from "../drag.js";

keepContent((old) => old.matches("#board-settings")); // What is typed there and not saved yet.
keepAttribute((name, part) => part.matches("[data-drop]")); // A drop that waits for an answer is the one that was made.

dragging(".board__clip", "clip", (box, { clientX }) => clientX < box.left + box.width / 2);
