// Command kubeyaml_answers writes down how kubectl's own YAML library reads the texts of tests/kubeyaml.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

// Answer is what one text becomes as JSON, in a list of one; an empty list means that it is refused.
type Answer []json.RawMessage

func convert(read func([]byte) ([]byte, error), text string) Answer {
	out, err := read([]byte(text))
	if err != nil {
		return Answer{}
	}
	return Answer{json.RawMessage(out)}
}

// The scalar's own answer: the value of `a: TEXT`, and the key of `TEXT: 1`.
func scalar(text string) []any {
	value, key := convert(yaml.YAMLToJSONStrict, "a: "+text+"\n"), convert(yaml.YAMLToJSONStrict, text+": 1\n")
	return []any{text, value, key}
}

var numbers = []string{"0", "1", "7", "8", "9", "12", "60", "00", "_", "_", ".", "e", "E", "+", "-", "0x", "0X",
	"0o", "0O", "0b", "0B", "a", "F", ":", "p", "inf", ".inf", "nan", "e3", "E+5", "e-2", "9223372036854775807",
	"18446744073709551615", "99999999999999999999", "e400", "2024-01-02", "T", "12:30", "Z", "\u0663", "n", "i", ","}
var words = []string{"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~", ".inf", ".nan", "-.inf",
	"+.INF", "<<", "=", "none", "Infinity", "NaN", "TRUE", "t", "f", "o", "YES", "Null", "N", "Y"}
var marks = []string{"a", "b", " ", " ", ":", ": ", ",", "[", "]", "{", "}", "#", " #", "&x ", "*x", "!", "!!str ",
	"!!int ", "!!float ", "!!bool ", "!!null ", "!!binary ", "!!timestamp ", "!x ", "%", "@", "`", "?", "? ", "|", ">",
	"'", "\"", "''", "-", "- ", "--- ", "1", "0755", "yes", "YQ==", "2024-01-01", "\\", "\\x41", "\u00e9", "\U0001F600",
	"\t", "<<"}

func pick(random *rand.Rand, parts []string, most int) string {
	var text strings.Builder
	for n := 1 + random.Intn(most); n > 0; n-- {
		text.WriteString(parts[random.Intn(len(parts))])
	}
	return text.String()
}

func flipCase(random *rand.Rand, text string) string {
	letters := []rune(text)
	for i := range letters {
		if random.Intn(8) == 0 {
			letters[i] ^= 0x20 * rune(map[bool]int{true: 1}[letters[i] >= 'A' && letters[i] <= 'z'])
		}
	}
	return string(letters)
}

func hostile(seed int64, count int) []string {
	random := rand.New(rand.NewSource(seed))
	seen, texts := map[string]bool{}, []string{}
	for len(texts) < count {
		var text string
		switch n := random.Intn(10); {
		case n < 6:
			text = pick(random, numbers, 6)
		case n < 8:
			text = flipCase(random, pick(random, words, 2))
		default:
			text = pick(random, marks, 6)
		}
		if !seen[text] {
			seen[text] = true
			texts = append(texts, text)
		}
	}
	return texts
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func lines(out io.Writer, answers [][]any) {
	for i, answer := range answers {
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		must(encoder.Encode(answer))
		comma := ","
		if i == len(answers)-1 {
			comma = ""
		}
		fmt.Fprintln(out, strings.TrimSuffix(line.String(), "\n")+comma)
	}
}

// Arguments: SEED COUNT. Standard input: a JSON list of [name, text]. Standard output: {"scalars": [[text, answer as
// a value, answer as a key]], "texts": [[name, strict answer, lenient answer]]}, one answer a line.
func main() {
	var seed int64
	var count int
	_, err := fmt.Sscan(strings.Join(os.Args[1:], " "), &seed, &count)
	must(err)
	var texts [][2]string
	must(json.NewDecoder(os.Stdin).Decode(&texts))
	scalars, answers := [][]any{}, [][]any{}
	for _, text := range hostile(seed, count) {
		scalars = append(scalars, scalar(text))
	}
	for _, one := range texts {
		answers = append(answers, []any{one[0], convert(yaml.YAMLToJSONStrict, one[1]), convert(yaml.YAMLToJSON, one[1])})
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(out, `{"scalars": [`)
	lines(out, scalars)
	fmt.Fprintln(out, `], "texts": [`)
	lines(out, answers)
	fmt.Fprintln(out, `]}`)
	must(out.Flush())
}
