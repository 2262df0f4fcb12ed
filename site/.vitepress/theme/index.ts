// Without the theme's own font: the system's is as good, and nothing has to be loaded.
import Theme from "vitepress/theme-without-fonts";
import "../../.pages/made/diagram.css";
import "./style.css";

export default Theme;
