// Command cron_answers writes down how the cron library of Kubernetes' CronJob controller reads schedules.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

var zones = []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/UTC",
	"America/Santiago", "Africa/Cairo", "America/Sao_Paulo", "Atlantic/Azores"}

// Days around which the clocks of some zone change; the last are midnights that do not exist.
var starts = []string{"2026-03-27T12:00:00Z", "2026-10-23T12:00:00Z", "2026-03-06T12:00:00Z", "2026-10-30T12:00:00Z",
	"2026-04-03T12:00:00Z", "2026-10-02T12:00:00Z", "2026-09-04T12:00:00Z", "2026-04-22T12:00:00Z",
	"2017-10-13T12:00:00Z", "2028-02-27T00:00:00Z", "2026-12-30T06:30:00Z"}

var fixed = []string{"30 2 * * *", "0 2 * * 1-5", "0 2 31 * *", "*/45 * * * *", "0 */7 * * *", "0 2 29 2 *", "0 0 * * *",
	"15,45 * * * *", "30 1 * * *", "0 0 1 * *", "0 0 1 1 *", "*/10 2 * * *", "59 23 * * 0", "0 2 1 * 1", "0 2 1 * ?",
	"0 2 */2 * 1", "0 2 1 * */2", "0 2 * jan-mar mon", "5/15 * * * *", "0 8-17/3 * * *", "0 12 ? * MON,Wed", "@daily",
	"@hourly", "@weekly", "@monthly", "@yearly", "@annually", "@midnight", "*-5 * * * *", "1,,2 3 * * *", "+5 4 * * *",
	"007 4 * * *", "*/1 * * * *", "0 2 */1 * 1", "*/90 5 * * *", "0 0 15 10 *", "0 0 30 * *", "0,30 0-3 * * *"}

var refused = []string{"", " ", "* * * *", "* * * * * *", "0 0 2 * * * *", "0 2 * * 7", "0 2 L * *", "0 2 * * 1#2",
	"0 2 * * 5-1", "60 * * * *", "* 24 * * *", "0 2 0 * *", "0 2 32 * *", "0 2 * 13 *", "0 2 * 0 *", "*/0 * * * *",
	"1-2-3 * * * *", "1/2/3 * * * *", "a * * * *", "-1 * * * *", "*/a * * * *", "0 2 * * monday", "@reboot", "@Daily",
	" @daily", "@daily ", "1_0 * * * *", "0 2 15W * *", "1- * * * *", "/2 * * * *", "0x1 * * * *", "\u0663 * * * *"}

// Field makes a random field between two bounds.
func field(random *rand.Rand, least, most int) string {
	number := func(from int) int { return from + random.Intn(most-from+1) }
	switch random.Intn(8) {
	case 0, 1:
		return "*"
	case 2:
		return "*/" + strconv.Itoa(1+random.Intn(most))
	case 3:
		low := number(least)
		return fmt.Sprintf("%d-%d", low, number(low))
	case 4:
		low := number(least)
		return fmt.Sprintf("%d-%d/%d", low, number(low), 1+random.Intn(6))
	case 5:
		return fmt.Sprintf("%d,%d", number(least), number(least))
	default:
		return strconv.Itoa(number(least))
	}
}

func main() {
	seed, err := strconv.ParseInt(os.Args[1], 10, 64)
	if err != nil {
		panic(err)
	}
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	random := rand.New(rand.NewSource(seed))
	texts := append([]string{}, fixed...)
	for len(texts) < count {
		texts = append(texts, strings.Join([]string{field(random, 0, 59), field(random, 0, 23), field(random, 1, 31),
			field(random, 1, 12), field(random, 0, 6)}, " "))
	}
	var lines []string
	for number, text := range texts {
		schedule, err := cron.ParseStandard(text)
		if err != nil {
			panic(text + ": " + err.Error())
		}
		for asked := 0; asked < 6; asked++ {
			name := zones[(number+asked)%len(zones)]
			zone, err := time.LoadLocation(name)
			if err != nil {
				panic(err)
			}
			start := starts[random.Intn(len(starts))]
			now, err := time.Parse(time.RFC3339, start)
			if err != nil {
				panic(err)
			}
			first, firings := now.Unix(), []int64{}
			now = now.In(zone)
			for len(firings) < 12 {
				if now = schedule.Next(now); now.IsZero() {
					break
				}
				firings = append(firings, now.Unix())
			}
			line, err := json.Marshal([]any{text, name, first, firings})
			if err != nil {
				panic(err)
			}
			lines = append(lines, string(line))
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintf(out, "{\"firings\": [\n%s\n], \"refused\": [\n", strings.Join(lines, ",\n"))
	for number, text := range refused {
		if _, err := cron.ParseStandard(text); err == nil {
			panic(text + " is taken")
		}
		line, err := json.Marshal(text)
		if err != nil {
			panic(err)
		}
		comma := ","
		if number == len(refused)-1 {
			comma = ""
		}
		fmt.Fprintln(out, string(line)+comma)
	}
	fmt.Fprintln(out, "]}")
}
