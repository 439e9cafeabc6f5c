/* The three alignments for those who only read them, with their words. */
import "./catalogue";
import "./reform.css";
import AlignPart from "./AlignPart.vue";

export default AlignPart;
